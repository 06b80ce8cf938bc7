CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE shop.settings (
  name  VARCHAR(64) NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) ENGINE=InnoDB;

CREATE TABLE shop.users (
  id         INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email      VARCHAR(120) NOT NULL,
  name       VARCHAR(80) NOT NULL,
  city       VARCHAR(60) NOT NULL,
  bonus      DECIMAL(10,2) NOT NULL DEFAULT 0,
  created_at DATETIME NOT NULL,
  UNIQUE KEY users_email (email)
) ENGINE=InnoDB;

CREATE TABLE shop.sessions (
  id         CHAR(32) NOT NULL PRIMARY KEY,
  user_id    INT UNSIGNED NULL,
  data       MEDIUMBLOB NOT NULL,
  updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  KEY sessions_user (user_id),
  CONSTRAINT sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE shop.categories (
  id        INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  parent_id INT UNSIGNED NULL,
  name      VARCHAR(80) NOT NULL,
  CONSTRAINT categories_parent FOREIGN KEY (parent_id) REFERENCES categories (id)
) ENGINE=InnoDB;

CREATE TABLE shop.products (
  id          INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  category_id INT UNSIGNED NOT NULL,
  name        VARCHAR(120) NOT NULL,
  price       DECIMAL(10,2) NOT NULL,
  stock       INT NOT NULL,
  description TEXT NULL,
  KEY products_category_price (category_id, price),
  CONSTRAINT products_category FOREIGN KEY (category_id) REFERENCES categories (id)
) ENGINE=InnoDB;

CREATE TABLE shop.orders (
  id         INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id    INT UNSIGNED NOT NULL,
  status     ENUM('new','paid','sent','cancelled') NOT NULL DEFAULT 'new',
  total      DECIMAL(12,2) NOT NULL,
  created_at DATETIME NOT NULL,
  KEY orders_user (user_id, created_at),
  CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB;

CREATE TABLE shop.order_items (
  order_id   INT UNSIGNED NOT NULL,
  product_id INT UNSIGNED NOT NULL,
  quantity   INT UNSIGNED NOT NULL,
  price      DECIMAL(10,2) NOT NULL,
  PRIMARY KEY (order_id, product_id),
  KEY order_items_product (product_id),
  CONSTRAINT order_items_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  CONSTRAINT order_items_product FOREIGN KEY (product_id) REFERENCES products (id)
) ENGINE=InnoDB;

CREATE TABLE shop.payments (
  id       INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id INT UNSIGNED NOT NULL,
  method   VARCHAR(20) NOT NULL,
  amount   DECIMAL(12,2) NOT NULL,
  paid_at  DATETIME(3) NOT NULL,
  CONSTRAINT payments_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE shop.b_stat_hits (
  id     BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  url    VARCHAR(200) NOT NULL,
  hit_at DATETIME NOT NULL
) ENGINE=InnoDB;

CREATE TABLE shop.b_stat_day (
  day  DATE NOT NULL,
  url  VARCHAR(200) NOT NULL,
  hits INT UNSIGNED NOT NULL,
  PRIMARY KEY (day, url)
) ENGINE=InnoDB;

CREATE TABLE shop.b_search_content (
  id    INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  title VARCHAR(200) NOT NULL,
  url   VARCHAR(200) NOT NULL,
  body  TEXT NOT NULL
) ENGINE=InnoDB;

CREATE TABLE shop.b_search_word (
  word       VARCHAR(40) NOT NULL,
  content_id INT UNSIGNED NOT NULL,
  weight     FLOAT NOT NULL,
  PRIMARY KEY (word, content_id)
) ENGINE=InnoDB;

CREATE VIEW shop.product_list AS
  SELECT p.id, p.name, c.name AS category, p.price, p.stock > 0 AS available
  FROM shop.products p JOIN shop.categories c ON c.id = p.category_id;

CREATE FUNCTION shop.with_vat (price DECIMAL(10,2)) RETURNS DECIMAL(10,2)
  DETERMINISTIC NO SQL
  RETURN ROUND(price * 1.2, 2);
