"""What is known of documents leaves the home: as labels, and as chats that other trainers read."""
