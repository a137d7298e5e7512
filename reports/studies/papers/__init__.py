"""Papers to sign, made from the folder: drafts, each field filled or left blank; none is legal advice."""
