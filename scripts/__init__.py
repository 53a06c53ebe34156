"""What the Makefile runs: set-up, generated documents and screenshots."""
