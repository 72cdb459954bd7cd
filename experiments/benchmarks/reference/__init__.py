"""A small market of its own, written five times: in this engine, in Mesa (twice), in agentpy and in plain NumPy."""
