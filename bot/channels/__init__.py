"""The residents' doors: one folder per channel, which receives into the inbox and sends from the outbox."""
