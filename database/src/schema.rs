//! Every table, once for both engines. A test compares it with what the migrations make on each.

diesel::table! {
    accounts (id) {
        id -> BigInt,
        domain -> Text,
        username -> Text,
        username_key -> Text,
        kind -> SmallInt,
        uri -> Text,
        url -> Text,
        display_name -> Text,
        note -> Text,
        note_source -> Text,
        fields -> Json,
        avatar -> Text,
        header -> Text,
        locked -> Bool,
        discoverable -> Bool,
        indexable -> Bool,
        show_collections -> Bool,
        statuses_count -> BigInt,
        followers_count -> BigInt,
        following_count -> BigInt,
        last_status_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        suspended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    remote_actors (account_id) {
        account_id -> BigInt,
        inbox -> Text,
        delivery_inbox -> Text,
        outbox -> Text,
        followers -> Text,
        featured -> Text,
        moderators -> Text,
        instance_id -> BigInt,
        fetched_at -> BigInt,
        members_only -> Bool,
    }
}

diesel::table! {
    actor_keys (id) {
        id -> BigInt,
        account_id -> BigInt,
        uri -> Text,
        kind -> SmallInt,
        public_der -> Binary,
        private_der -> Nullable<Binary>,
        fetched_at -> BigInt,
    }
}

diesel::table! {
    users (account_id) {
        account_id -> BigInt,
        email -> Text,
        email_key -> Text,
        password_hash -> Text,
        role -> SmallInt,
        locale -> Text,
        default_visibility -> SmallInt,
        default_sensitive -> Bool,
        default_language -> Nullable<Text>,
        confirmed_at -> Nullable<BigInt>,
        approved_at -> Nullable<BigInt>,
        disabled_at -> Nullable<BigInt>,
        created_at -> BigInt,
        seen_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    follows (id) {
        id -> BigInt,
        account_id -> BigInt,
        target_id -> BigInt,
        state -> SmallInt,
        reblogs -> Bool,
        notify -> Bool,
        uri -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    blocks (id) {
        id -> BigInt,
        account_id -> BigInt,
        target_id -> BigInt,
        uri -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    mutes (id) {
        id -> BigInt,
        account_id -> BigInt,
        target_id -> BigInt,
        hide_notifications -> Bool,
        ends_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    lists (id) {
        id -> BigInt,
        owner_id -> BigInt,
        title -> Text,
        replies_policy -> SmallInt,
        exclusive -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    list_accounts (id) {
        id -> BigInt,
        list_id -> BigInt,
        account_id -> BigInt,
    }
}

diesel::table! {
    markers (account_id, timeline) {
        account_id -> BigInt,
        timeline -> Text,
        last_read_id -> BigInt,
        version -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    statuses (id) {
        id -> BigInt,
        uri -> Text,
        url -> Text,
        account_id -> BigInt,
        local -> Bool,
        visibility -> SmallInt,
        root_id -> BigInt,
        in_reply_to_id -> Nullable<BigInt>,
        in_reply_to_account_id -> Nullable<BigInt>,
        reblog_of_id -> Nullable<BigInt>,
        group_id -> Nullable<BigInt>,
        removed_at -> Nullable<BigInt>,
        title -> Text,
        content -> Text,
        source -> Text,
        spoiler_text -> Text,
        sensitive -> Bool,
        language -> Nullable<Text>,
        app_id -> Nullable<BigInt>,
        replies_count -> BigInt,
        reblogs_count -> BigInt,
        favourites_count -> BigInt,
        created_at -> BigInt,
        edited_at -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
        local_only -> Bool,
        locked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    mentions (status_id, account_id) {
        status_id -> BigInt,
        account_id -> BigInt,
        silent -> Bool,
    }
}

diesel::table! {
    tags (id) {
        id -> BigInt,
        name -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    status_tags (tag_id, status_id) {
        tag_id -> BigInt,
        status_id -> BigInt,
    }
}

diesel::table! {
    media_attachments (id) {
        id -> BigInt,
        account_id -> BigInt,
        status_id -> Nullable<BigInt>,
        position -> SmallInt,
        kind -> Text,
        file -> Text,
        preview -> Text,
        mime -> Text,
        remote_url -> Text,
        description -> Text,
        blurhash -> Text,
        width -> Integer,
        height -> Integer,
        preview_width -> Integer,
        preview_height -> Integer,
        focus_x -> Double,
        focus_y -> Double,
        bytes -> BigInt,
        created_at -> BigInt,
        state -> SmallInt,
        source -> Text,
        duration -> BigInt,
        frame_rate -> Text,
        bitrate -> BigInt,
    }
}

diesel::table! {
    status_edits (id) {
        id -> BigInt,
        status_id -> BigInt,
        title -> Text,
        content -> Text,
        spoiler_text -> Text,
        sensitive -> Bool,
        created_at -> BigInt,
        parts -> Json,
    }
}

diesel::table! {
    favourites (id) {
        id -> BigInt,
        account_id -> BigInt,
        status_id -> BigInt,
        uri -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    bookmarks (id) {
        id -> BigInt,
        account_id -> BigInt,
        status_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    status_pins (id) {
        id -> BigInt,
        account_id -> BigInt,
        status_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    thread_mutes (account_id, root_id) {
        account_id -> BigInt,
        root_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    home_entries (owner_id, status_id) {
        owner_id -> BigInt,
        status_id -> BigInt,
        original_id -> BigInt,
    }
}

diesel::table! {
    notifications (id) {
        id -> BigInt,
        account_id -> BigInt,
        from_id -> BigInt,
        kind -> SmallInt,
        status_id -> BigInt,
        created_at -> BigInt,
        filtered -> Bool,
        object_id -> BigInt,
        bucket -> BigInt,
    }
}

diesel::table! {
    conversations (id) {
        id -> BigInt,
        account_id -> BigInt,
        root_id -> BigInt,
        last_status_id -> BigInt,
        unread -> Bool,
        updated_at -> BigInt,
    }
}

diesel::table! {
    groups (account_id) {
        account_id -> BigInt,
        kind -> SmallInt,
        members_shown -> Bool,
        shares_votes -> Bool,
        created_by -> Nullable<BigInt>,
        created_at -> BigInt,
        local_only -> Bool,
        threads_by -> SmallInt,
        replies_by -> SmallInt,
        quotes -> SmallInt,
        slow_mode -> BigInt,
        languages -> Text,
        approvals -> SmallInt,
        log_names -> Bool,
        appeal_days -> BigInt,
        forget_days -> BigInt,
        shield_until -> Nullable<BigInt>,
        frozen_at -> Nullable<BigInt>,
        leaves_at -> Nullable<BigInt>,
        closed_at -> Nullable<BigInt>,
        invites_by -> SmallInt,
        flairs -> Text,
        first_contact -> SmallInt,
        bridged -> Bool,
    }
}

diesel::table! {
    memberships (id) {
        id -> BigInt,
        group_id -> BigInt,
        account_id -> BigInt,
        role -> SmallInt,
        state -> SmallInt,
        list_title -> Text,
        list_exclusive -> Bool,
        list_hidden -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
        reads_from -> BigInt,
    }
}

diesel::table! {
    group_bans (id) {
        id -> BigInt,
        group_id -> BigInt,
        account_id -> BigInt,
        ends_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    moderation_actions (id) {
        id -> BigInt,
        group_id -> BigInt,
        kind -> Text,
        state -> SmallInt,
        account_id -> BigInt,
        human_id -> BigInt,
        target_account_id -> Nullable<BigInt>,
        target_status_id -> Nullable<BigInt>,
        rule -> Nullable<Text>,
        reason -> Text,
        ends_at -> Nullable<BigInt>,
        refers_to -> Nullable<BigInt>,
        created_at -> BigInt,
        salt -> Binary,
        previous_hash -> Binary,
        hash -> Binary,
        detail -> Text,
        commitment -> Nullable<Binary>,
    }
}

diesel::table! {
    instances (id) {
        id -> BigInt,
        domain -> Text,
        software -> Text,
        version -> Text,
        software_override -> Nullable<Text>,
        signature_form -> SmallInt,
        failures -> Integer,
        next_attempt_at -> BigInt,
        last_ok_at -> Nullable<BigInt>,
        described_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    domain_blocks (domain) {
        domain -> Text,
        reason -> Text,
        created_at -> BigInt,
        id -> BigInt,
        severity -> SmallInt,
        reject_media -> Bool,
        reject_reports -> Bool,
        obfuscate -> Bool,
        public_comment -> Text,
    }
}

diesel::table! {
    events (id) {
        id -> BigInt,
        payload -> Text,
        done -> SmallInt,
        attempts -> Integer,
        next_attempt_at -> BigInt,
        error -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    inbox (id) {
        id -> BigInt,
        activity_id -> Text,
        actor -> Text,
        domain -> Text,
        object_key -> Text,
        body -> Text,
        state -> SmallInt,
        attempts -> Integer,
        next_attempt_at -> BigInt,
        outcome -> Text,
        received_at -> BigInt,
    }
}

diesel::table! {
    outbox_activities (id) {
        id -> BigInt,
        account_id -> BigInt,
        uri -> Text,
        body -> Text,
        created_at -> BigInt,
        members_of -> Nullable<BigInt>,
        member_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    deliveries (id) {
        id -> BigInt,
        activity_id -> BigInt,
        instance_id -> BigInt,
        inbox -> Text,
        object_key -> Text,
        attempts -> Integer,
        next_attempt_at -> BigInt,
        error -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    announces (uri) {
        uri -> Text,
        group_id -> BigInt,
        status_id -> BigInt,
        form -> SmallInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    apps (id) {
        id -> BigInt,
        name -> Text,
        website -> Nullable<Text>,
        redirect_uris -> Text,
        scopes -> Text,
        client_id -> Text,
        client_secret -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    access_grants (code_hash) {
        code_hash -> Binary,
        app_id -> BigInt,
        account_id -> BigInt,
        human_id -> BigInt,
        scopes -> Text,
        redirect_uri -> Text,
        code_challenge -> Nullable<Text>,
        expires_at -> BigInt,
        token_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    access_tokens (id) {
        id -> BigInt,
        token_hash -> Binary,
        app_id -> Nullable<BigInt>,
        account_id -> Nullable<BigInt>,
        human_id -> Nullable<BigInt>,
        scopes -> Text,
        created_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    web_sessions (id) {
        id -> BigInt,
        token_hash -> Binary,
        account_id -> BigInt,
        csrf -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        network -> Text,
        user_agent -> Text,
    }
}

diesel::table! {
    idempotency_keys (token_id, idempotency_key) {
        token_id -> BigInt,
        idempotency_key -> Text,
        request_hash -> Binary,
        status_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    setup_codes (code_hash) {
        code_hash -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    jobs (id) {
        id -> BigInt,
        key -> Nullable<Text>,
        payload -> Text,
        slow -> Bool,
        attempts -> Integer,
        due_at -> BigInt,
        error -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    notification_policies (account_id) {
        account_id -> BigInt,
        for_not_following -> SmallInt,
        for_not_followers -> SmallInt,
        for_new_accounts -> SmallInt,
        for_private_mentions -> SmallInt,
        for_limited_accounts -> SmallInt,
    }
}

diesel::table! {
    notification_permissions (account_id, from_id) {
        account_id -> BigInt,
        from_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    notification_requests (id) {
        id -> BigInt,
        account_id -> BigInt,
        from_id -> BigInt,
        last_status_id -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    severance_events (id) {
        id -> BigInt,
        account_id -> BigInt,
        kind -> SmallInt,
        target_name -> Text,
        followers_count -> BigInt,
        following_count -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    filters (id) {
        id -> BigInt,
        account_id -> BigInt,
        title -> Text,
        contexts -> SmallInt,
        action -> SmallInt,
        expires_at -> Nullable<BigInt>,
        ended -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    filter_keywords (id) {
        id -> BigInt,
        filter_id -> BigInt,
        keyword -> Text,
        whole_word -> Bool,
    }
}

diesel::table! {
    filter_statuses (id) {
        id -> BigInt,
        filter_id -> BigInt,
        status_id -> BigInt,
    }
}

diesel::table! {
    filter_versions (account_id) {
        account_id -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    push_subscriptions (id) {
        id -> BigInt,
        token_id -> BigInt,
        account_id -> BigInt,
        endpoint -> Text,
        p256dh -> Binary,
        auth -> Binary,
        standard -> Bool,
        policy -> SmallInt,
        alerts -> Text,
        sealed_token -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    push_keys (id) {
        id -> BigInt,
        vapid -> Binary,
        seal -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    polls (id) {
        id -> BigInt,
        status_id -> BigInt,
        account_id -> BigInt,
        multiple -> Bool,
        hide_totals -> Bool,
        expires_at -> Nullable<BigInt>,
        ended -> Bool,
        voters_count -> Nullable<BigInt>,
        telling_at -> Nullable<BigInt>,
        asked_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    poll_options (poll_id, position) {
        poll_id -> BigInt,
        position -> SmallInt,
        title -> Text,
        votes_count -> BigInt,
    }
}

diesel::table! {
    poll_votes (id) {
        id -> BigInt,
        poll_id -> BigInt,
        account_id -> BigInt,
        choice -> SmallInt,
        uri -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    scheduled_statuses (id) {
        id -> BigInt,
        account_id -> BigInt,
        human_id -> BigInt,
        due_at -> BigInt,
        draft -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    scheduled_media (media_id) {
        media_id -> BigInt,
        scheduled_id -> BigInt,
        position -> SmallInt,
    }
}

diesel::table! {
    quotes (status_id) {
        status_id -> BigInt,
        account_id -> BigInt,
        quoted_id -> Nullable<BigInt>,
        quoted_account_id -> Nullable<BigInt>,
        quoted_uri -> Text,
        state -> SmallInt,
        stamp_uri -> Text,
        request_uri -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    quote_policies (status_id) {
        status_id -> BigInt,
        automatic -> SmallInt,
        manual -> SmallInt,
    }
}

diesel::table! {
    quote_defaults (account_id) {
        account_id -> BigInt,
        policy -> SmallInt,
    }
}

diesel::table! {
    preview_cards (id) {
        id -> BigInt,
        url_key -> Text,
        url -> Text,
        empty -> Bool,
        kind -> SmallInt,
        title -> Text,
        description -> Text,
        language -> Text,
        author_name -> Text,
        author_url -> Text,
        provider_name -> Text,
        provider_url -> Text,
        image -> Text,
        image_description -> Text,
        width -> Integer,
        height -> Integer,
        blurhash -> Text,
        published_at -> Nullable<BigInt>,
        fetched_at -> BigInt,
    }
}

diesel::table! {
    status_cards (status_id) {
        status_id -> BigInt,
        card_id -> BigInt,
    }
}

diesel::table! {
    translations (status_id, language) {
        status_id -> BigInt,
        language -> Text,
        version -> BigInt,
        body -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    custom_emojis (id) {
        id -> BigInt,
        domain -> Text,
        shortcode -> Text,
        image -> Text,
        still -> Text,
        mime -> Text,
        category -> Text,
        in_picker -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    loose_files (file) {
        file -> Text,
        since -> BigInt,
    }
}

diesel::table! {
    server_keys (name) {
        name -> Text,
        value -> Binary,
    }
}

diesel::table! {
    remote_files (key) {
        key -> Text,
        host -> Text,
        file -> Text,
        preview -> Text,
        bytes -> BigInt,
        failures -> Integer,
        retry_at -> BigInt,
        used_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    profiles (account_id) {
        account_id -> BigInt,
        avatar_description -> Text,
        header_description -> Text,
        attribution_domains -> Text,
        show_media -> Bool,
        show_media_replies -> Bool,
        show_featured -> Bool,
    }
}

diesel::table! {
    account_notes (account_id, target_id) {
        account_id -> BigInt,
        target_id -> BigInt,
        comment -> Text,
    }
}

diesel::table! {
    endorsements (id) {
        id -> BigInt,
        account_id -> BigInt,
        target_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    follow_languages (follow_id, language) {
        follow_id -> BigInt,
        language -> Text,
    }
}

diesel::table! {
    account_domain_blocks (id) {
        id -> BigInt,
        account_id -> BigInt,
        domain -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    dismissed_suggestions (account_id, target_id) {
        account_id -> BigInt,
        target_id -> BigInt,
    }
}

diesel::table! {
    featured_collections (id) {
        id -> BigInt,
        account_id -> BigInt,
        name -> Text,
        description -> Text,
        language -> Nullable<Text>,
        tag -> Text,
        sensitive -> Bool,
        discoverable -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    featured_collection_items (id) {
        id -> BigInt,
        collection_id -> BigInt,
        account_id -> BigInt,
        state -> SmallInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    invites (id) {
        id -> BigInt,
        account_id -> BigInt,
        code -> Text,
        max_uses -> Nullable<BigInt>,
        uses -> BigInt,
        expires_at -> Nullable<BigInt>,
        created_at -> BigInt,
        group_id -> Nullable<BigInt>,
        action_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    sign_ups (account_id) {
        account_id -> BigInt,
        app_id -> Nullable<BigInt>,
        invite_id -> Nullable<BigInt>,
        reason -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    mail_proofs (token_hash) {
        token_hash -> Binary,
        account_id -> BigInt,
        purpose -> SmallInt,
        email -> Text,
        email_key -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    account_restrictions (account_id) {
        account_id -> BigInt,
        silenced_at -> Nullable<BigInt>,
        sensitized_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    account_warnings (id) {
        id -> BigInt,
        account_id -> BigInt,
        target_account_id -> BigInt,
        report_id -> Nullable<BigInt>,
        action -> SmallInt,
        text -> Text,
        status_ids -> Json,
        created_at -> BigInt,
    }
}

diesel::table! {
    domain_allows (id) {
        id -> BigInt,
        domain -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    email_domain_blocks (id) {
        id -> BigInt,
        domain -> Text,
        allow_with_approval -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    email_domain_attempts (block_id, day) {
        block_id -> BigInt,
        day -> BigInt,
        uses -> BigInt,
    }
}

diesel::table! {
    ip_blocks (id) {
        id -> BigInt,
        ip -> Text,
        severity -> SmallInt,
        comment -> Text,
        expires_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    canonical_email_blocks (id) {
        id -> BigInt,
        canonical_email_hash -> Text,
        reference_account_id -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    tag_reviews (tag_id) {
        tag_id -> BigInt,
        display_name -> Text,
        usable -> Bool,
        listable -> Bool,
        trendable -> Bool,
        reviewed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    trend_reviews (kind, subject) {
        kind -> SmallInt,
        subject -> Text,
        allowed -> Bool,
        reviewed_at -> BigInt,
    }
}

diesel::table! {
    reports (id) {
        id -> BigInt,
        account_id -> BigInt,
        target_account_id -> BigInt,
        group_id -> Nullable<BigInt>,
        category -> SmallInt,
        comment -> Text,
        rule_ids -> Json,
        forwarded -> Bool,
        uri -> Nullable<Text>,
        assigned_account_id -> Nullable<BigInt>,
        action_taken_at -> Nullable<BigInt>,
        action_taken_by_account_id -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        staff_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    report_statuses (report_id, status_id) {
        report_id -> BigInt,
        status_id -> BigInt,
    }
}

diesel::table! {
    announcements (id) {
        id -> BigInt,
        source -> Text,
        content -> Text,
        starts_at -> Nullable<BigInt>,
        ends_at -> Nullable<BigInt>,
        all_day -> Bool,
        published_at -> Nullable<BigInt>,
        announced -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    announcement_dismissals (account_id, announcement_id) {
        account_id -> BigInt,
        announcement_id -> BigInt,
    }
}

diesel::table! {
    announcement_reactions (id) {
        id -> BigInt,
        announcement_id -> BigInt,
        account_id -> BigInt,
        name -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    followed_tags (id) {
        id -> BigInt,
        account_id -> BigInt,
        tag_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    featured_tags (id) {
        id -> BigInt,
        account_id -> BigInt,
        tag_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    trends (kind, subject_id) {
        kind -> SmallInt,
        subject_id -> BigInt,
        score -> BigInt,
        publisher -> Text,
    }
}

diesel::table! {
    group_rules (id) {
        id -> BigInt,
        group_id -> BigInt,
        position -> BigInt,
        text -> Text,
        hint -> Text,
        translations -> Json,
        created_at -> BigInt,
    }
}

diesel::table! {
    group_mutes (id) {
        id -> BigInt,
        group_id -> BigInt,
        account_id -> BigInt,
        ends_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    held_statuses (status_id) {
        status_id -> BigInt,
        group_id -> BigInt,
        visibility -> SmallInt,
        reason -> SmallInt,
        inbox_id -> Nullable<BigInt>,
        created_at -> BigInt,
        word -> Text,
    }
}

diesel::table! {
    queue_looks (group_id) {
        group_id -> BigInt,
        looked_at -> BigInt,
    }
}

diesel::table! {
    featured_groups (group_id) {
        group_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    group_topics (group_id, kind, word) {
        group_id -> BigInt,
        kind -> SmallInt,
        word -> Text,
    }
}

diesel::table! {
    group_reports (report_id, group_id) {
        report_id -> BigInt,
        group_id -> BigInt,
        state -> SmallInt,
        rule -> Text,
        claimed_by -> Nullable<BigInt>,
        claimed_at -> Nullable<BigInt>,
        answered_by -> Nullable<BigInt>,
        answer -> Text,
        answered_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    canned_answers (id) {
        id -> BigInt,
        group_id -> BigInt,
        title -> Text,
        body -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    follower_inboxes (account_id, inbox) {
        account_id -> BigInt,
        inbox -> Text,
        instance_id -> BigInt,
        followers -> BigInt,
    }
}

diesel::table! {
    group_invitations (id) {
        id -> BigInt,
        group_id -> BigInt,
        account_id -> BigInt,
        state -> SmallInt,
        action_id -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
        changed_at -> BigInt,
    }
}

diesel::table! {
    successions (id) {
        id -> BigInt,
        group_id -> BigInt,
        state -> SmallInt,
        started_at -> BigInt,
        ends_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        action_id -> BigInt,
    }
}

diesel::table! {
    succession_candidates (id) {
        id -> BigInt,
        succession_id -> BigInt,
        account_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    succession_votes (id) {
        id -> BigInt,
        succession_id -> BigInt,
        account_id -> BigInt,
        candidate_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    status_flairs (status_id) {
        status_id -> BigInt,
        group_id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    group_servers (group_id, domain) {
        group_id -> BigInt,
        domain -> Text,
        added_by -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    group_words (id) {
        id -> BigInt,
        group_id -> BigInt,
        kind -> SmallInt,
        phrase -> Text,
        act -> SmallInt,
        rule_id -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    group_knocks (group_id, slot) {
        group_id -> BigInt,
        slot -> BigInt,
        count -> BigInt,
    }
}

diesel::table! {
    group_waves (group_id) {
        group_id -> BigInt,
        told_at -> BigInt,
    }
}

diesel::table! {
    group_notes (id) {
        id -> BigInt,
        group_id -> BigInt,
        account_id -> BigInt,
        author_id -> BigInt,
        body -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    group_domain_blocks (group_id, domain) {
        group_id -> BigInt,
        domain -> Text,
        reason -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    bridge_letters (id) {
        id -> BigInt,
        group_id -> BigInt,
        status_id -> BigInt,
        account_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    remote_actors,
    actor_keys,
    users,
    follows,
    blocks,
    mutes,
    lists,
    list_accounts,
    markers,
    settings,
    statuses,
    mentions,
    tags,
    status_tags,
    media_attachments,
    status_edits,
    favourites,
    bookmarks,
    status_pins,
    thread_mutes,
    home_entries,
    notifications,
    conversations,
    groups,
    memberships,
    group_bans,
    moderation_actions,
    instances,
    domain_blocks,
    events,
    inbox,
    outbox_activities,
    deliveries,
    announces,
    apps,
    access_grants,
    access_tokens,
    web_sessions,
    idempotency_keys,
    setup_codes,
    jobs,
    notification_policies,
    notification_permissions,
    notification_requests,
    severance_events,
    filters,
    filter_keywords,
    filter_statuses,
    filter_versions,
    push_subscriptions,
    push_keys,
    polls,
    poll_options,
    poll_votes,
    scheduled_statuses,
    scheduled_media,
    quotes,
    quote_policies,
    quote_defaults,
    preview_cards,
    status_cards,
    translations,
    custom_emojis,
    loose_files,
    server_keys,
    remote_files,
    profiles,
    account_notes,
    endorsements,
    follow_languages,
    account_domain_blocks,
    dismissed_suggestions,
    featured_collections,
    featured_collection_items,
    invites,
    sign_ups,
    mail_proofs,
    account_restrictions,
    account_warnings,
    domain_allows,
    email_domain_blocks,
    email_domain_attempts,
    ip_blocks,
    canonical_email_blocks,
    tag_reviews,
    trend_reviews,
    reports,
    report_statuses,
    announcements,
    announcement_dismissals,
    announcement_reactions,
    followed_tags,
    featured_tags,
    trends,
    group_rules,
    group_mutes,
    held_statuses,
    queue_looks,
    featured_groups,
    group_topics,
    group_reports,
    canned_answers,
    follower_inboxes,
    group_invitations,
    successions,
    succession_candidates,
    succession_votes,
    status_flairs,
    group_servers,
    group_words,
    group_knocks,
    group_waves,
    group_notes,
    group_domain_blocks,
    bridge_letters,
);
