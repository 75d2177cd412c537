"""Money: from dated posts to euros, to who pays them, and to when."""
