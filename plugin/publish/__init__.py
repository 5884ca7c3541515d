"""Publishing: a finished result is looked over, and handed on as a version that nobody can break any more."""
