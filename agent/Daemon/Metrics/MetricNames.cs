namespace NodeAgent.Daemon.Metrics;

/// <summary>Names as rules and dashboards write them. Renaming one is a breaking change: alerts die silently.</summary>
internal static class MetricNames
{
    // Agent
    public const string BuildInfo = "nodeagent_build_info";
    public const string ClusterConfigHash = "nodeagent_cluster_config_hash";
    public const string RestartRequired = "nodeagent_restart_required";
    public const string CertificateExpiryTimestamp = "nodeagent_certificate_expiry_timestamp_seconds";
    public const string JournalPendingOperations = "nodeagent_journal_pending_operations";
    public const string JournalOldestProgressTimestamp = "nodeagent_journal_oldest_progress_timestamp_seconds";

    // Plugins and backends
    public const string PluginState = "nodeagent_plugin_state";
    public const string BackendState = "nodeagent_backend_state";
    public const string BackendHealth = "nodeagent_backend_health";
    public const string BackendRestarts = "nodeagent_backend_restarts_total";
    public const string BackendQuarantines = "nodeagent_backend_quarantines_total";
    public const string BackendMisbehaviour = "nodeagent_backend_misbehaviour_total";
    public const string BackendLastRefreshTimestamp = "nodeagent_backend_last_refresh_timestamp_seconds";
    public const string BackendHung = "nodeagent_backend_hung_seconds";
    public const string BackendOperationFailures = "nodeagent_backend_operation_failures_total";
    public const string BackendOperationDuration = "nodeagent_backend_operation_duration_seconds";

    // Units
    public const string UnitWriter = "nodeagent_unit_writer";
    public const string UnitEpoch = "nodeagent_unit_epoch";
    public const string UnitCopiesWanted = "nodeagent_unit_copies_wanted";
    public const string CopyState = "nodeagent_copy_state";
    public const string LossIfPromoted = "nodeagent_loss_if_promoted_seconds";

    // Failover
    public const string FailoverArmed = "nodeagent_failover_armed";
    public const string LeaseState = "nodeagent_lease_state";
    public const string LeaseEndTimestamp = "nodeagent_lease_end_timestamp_seconds";
    public const string WatchdogAttested = "nodeagent_watchdog_attested";
    public const string WatchdogTimeout = "nodeagent_watchdog_timeout_seconds";
    public const string GuardMostLate = "nodeagent_guard_most_late_seconds";
    public const string GuardFailedFeeds = "nodeagent_guard_failed_feeds_total";
    public const string ServiceState = "nodeagent_service_state";
    public const string ServiceOwner = "nodeagent_service_owner";
    public const string ServiceEpoch = "nodeagent_service_epoch";
    public const string StoreMemberUp = "nodeagent_store_member_up";
    public const string ServiceProtected = "nodeagent_service_protected";
    public const string MemberState = "nodeagent_member_state";

    // Replication
    public const string ReplicationObjective = "nodeagent_replication_objective_seconds";
    public const string ReplicationRecoveryPointTimestamp = "nodeagent_replication_recovery_point_timestamp_seconds";
    public const string ReplicationLastSuccessTimestamp = "nodeagent_replication_last_success_timestamp_seconds";
    public const string ReplicationCycles = "nodeagent_replication_cycles_total";
    public const string ReplicationFailures = "nodeagent_replication_failures_total";
    public const string ReplicationSkipped = "nodeagent_replication_skipped_total";
    public const string ReplicationSentBytes = "nodeagent_replication_sent_bytes_total";
    public const string ResyncBytes = "nodeagent_resync_bytes";
    public const string ResyncRemainingBytes = "nodeagent_resync_remaining_bytes";
    public const string SwitchoverDuration = "nodeagent_switchover_duration_seconds";

    public const string ReplicationCycleDuration = "nodeagent_replication_cycle_duration_seconds";

    // Peers
    public const string PeerLastHeartbeatTimestamp = "nodeagent_peer_last_heartbeat_timestamp_seconds";
    public const string PeerPathUp = "nodeagent_peer_path_up";
    public const string PeerSentBytes = "nodeagent_peer_sent_bytes_total";
    public const string PeerReceivedBytes = "nodeagent_peer_received_bytes_total";
    public const string NodeLossUse = "nodeagent_node_loss_use_ratio";

    // Copies that the storage keeps
    public const string UpkeepLastLookTimestamp = "nodeagent_upkeep_last_look_timestamp_seconds";
    public const string LegState = "nodeagent_leg_state";
    public const string LegPathUp = "nodeagent_leg_path_up";
    public const string SyncCertificateReadable = "nodeagent_sync_certificate_readable";
    public const string SyncCertificateCovers = "nodeagent_sync_certificate_covers";
    public const string CopiesParted = "nodeagent_copies_parted";
    public const string WritesFrozen = "nodeagent_writes_frozen_seconds_total";
    public const string WritesFrozenSince = "nodeagent_writes_frozen_since_timestamp_seconds";
    public const string ResyncEta = "nodeagent_resync_eta_seconds";

    // Pools
    public const string PoolCapacityBytes = "nodeagent_pool_capacity_bytes";
    public const string PoolAvailableBytes = "nodeagent_pool_available_bytes";
    public const string PoolHealth = "nodeagent_pool_health";
    public const string PoolScanProgressRatio = "nodeagent_pool_scan_progress_ratio";

    public const string StorageAnswer = "nodeagent_storage_answer_seconds";
    public const string StorageMonitors = "nodeagent_storage_monitors";
    public const string StorageMonitorsInQuorum = "nodeagent_storage_monitors_in_quorum";
    public const string StorageRebuildNeeded = "nodeagent_storage_rebuild_needed_bytes";
    public const string StorageRebuildFree = "nodeagent_storage_rebuild_free_bytes";
    public const string StorageShutOutClients = "nodeagent_storage_shut_out_clients";
    public const string StorageSlowOperations = "nodeagent_storage_slow_operations";
    public const string StorageCallsLeftBehind = "nodeagent_storage_calls_left_behind";
    public const string StorageCompareProgress = "nodeagent_storage_compare_progress_ratio";
    public const string StorageCompareLast = "nodeagent_storage_compare_last_timestamp_seconds";
    public const string StorageCompareDiffers = "nodeagent_storage_compare_differs";
    public const string StorageMirrorSource = "nodeagent_storage_mirror_source";
    public const string StorageMirrorFollowing = "nodeagent_storage_mirror_following";
    public const string StorageMirrorParted = "nodeagent_storage_mirror_parted";
    public const string StorageMirrorHeld = "nodeagent_storage_mirror_held_timestamp_seconds";
    public const string StorageMirrorInterval = "nodeagent_storage_mirror_interval_seconds";
    public const string StoragePoolAtRisk = "nodeagent_storage_pool_at_risk";

    public const string KeptHeadBytes = "nodeagent_kept_head_bytes";
    public const string KeptHeadTimestamp = "nodeagent_kept_head_timestamp_seconds";

    public const string DrillTimestamp = "nodeagent_drill_timestamp_seconds";
    public const string DrillPassed = "nodeagent_drill_passed";
    public const string DrillAway = "nodeagent_drill_away_seconds";

    // Commands
    public const string CommandsRunning = "nodeagent_commands_running";
    public const string StuckCommands = "nodeagent_stuck_commands";
    public const string CommandDuration = "nodeagent_command_duration_seconds";
    public const string CommandFailures = "nodeagent_command_failures_total";
    public const string CommandTimeouts = "nodeagent_command_timeouts_total";

    // Collection
    public const string CollectorSuccess = "nodeagent_collector_success";
    public const string CollectorDuration = "nodeagent_collector_duration_seconds";
    public const string MetricsDroppedUpdates = "nodeagent_metrics_dropped_updates_total";
    public const string MetricsRejectedValues = "nodeagent_metrics_rejected_values_total";

    // Process
    public const string ProcessCpu = "process_cpu_seconds_total";
    public const string ProcessResidentMemoryBytes = "process_resident_memory_bytes";
    public const string ProcessStartTime = "process_start_time_seconds";
    public const string ProcessOpenFds = "process_open_fds";
    public const string ProcessMaxFds = "process_max_fds";
    public const string DotnetGcCollections = "dotnet_gc_collections_total";
    public const string DotnetGcPause = "dotnet_gc_pause_seconds_total";
    public const string DotnetGcAllocatedBytes = "dotnet_gc_allocated_bytes_total";
    public const string DotnetGcHeapSizeBytes = "dotnet_gc_heap_size_bytes";
    public const string DotnetThreadpoolThreads = "dotnet_threadpool_threads";
    public const string DotnetThreadpoolQueueLength = "dotnet_threadpool_queue_length";
    public const string DotnetTimers = "dotnet_timers";
}
