"""The recipe clean-plate against its nodes alone and the plain methods, from mattes and from one key."""
