"""The rules of the model: small pure scalar functions, written once for every engine, one idea a file."""
