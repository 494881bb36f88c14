-- Accounts of people who sign in elsewhere (OpenID Connect): no password of ours, a role told at each sign-in.
alter table dose.user_account
  add column issuer text,                     -- who vouches for them; null: a password of ours
  add column subject text,                    -- how the issuer names them, for ever
  add constraint user_account_identity unique (issuer, subject),
  add constraint user_account_one_way check (
    (issuer is null) = (subject is null) and (issuer is null or (password is null and link_hash is null))
  );
