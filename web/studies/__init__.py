"""What each study adds to the working page: one module a study, with its `PAGE`."""
