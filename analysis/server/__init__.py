"""The visual server: one page on which a history is watched, steered, and compared with another under the same luck."""
