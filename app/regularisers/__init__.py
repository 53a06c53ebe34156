"""What is added to a loss to keep parameters small: one file per penalty."""
