"""The pack of free pictures and textures that made scenes show, from packages of Debian, with licence and author."""
