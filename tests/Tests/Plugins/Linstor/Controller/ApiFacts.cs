namespace NodeAgent.Tests.Plugins.Linstor.Controller;

/// <summary>
/// Facts of LINSTOR's public description of its interface, version 1.27.0: which calls there are, what they take and give, and with
/// which status. Only what the plugin uses. "!" must be there, "[x]" is a list, "{x}" a map, a capital letter another form.
/// </summary>
internal static class ApiFacts
{
    /// <summary>Method, path, what is taken ("" for nothing), status when it went well, what is given.</summary>
    public static readonly (string Method, string Path, string Takes, int Status, string Gives)[] Calls =
    [
        ("GET", "/v1/controller/version", "", 200, "ControllerVersion"),
        ("GET", "/v1/nodes", "", 200, "[Node]"),
        ("GET", "/v1/view/storage-pools", "", 200, "[StoragePool]"),
        ("GET", "/v1/physical-storage", "", 200, "[PhysicalStorage]"),
        ("GET", "/v1/resource-groups", "", 200, "[ResourceGroup]"),
        ("GET", "/v1/resource-definitions", "", 200, "[ResourceDefinition]"),
        ("GET", "/v1/view/resources", "", 200, "[ResourceWithVolumes]"),
        ("GET", "/v1/resource-definitions/*/snapshots", "", 200, "[Snapshot]"),
        ("POST", "/v1/resource-groups/*/spawn", "ResourceGroupSpawn", 201, "[ApiCallRc]"),
        ("POST", "/v1/resource-definitions", "ResourceDefinitionCreate", 201, "[ApiCallRc]"),
        ("POST", "/v1/resource-definitions/*/autoplace", "AutoPlaceRequest", 201, "[ApiCallRc]"),
        ("PUT", "/v1/resource-definitions/*/volume-definitions/*", "VolumeDefinitionModify", 200, "[ApiCallRc]"),
        ("DELETE", "/v1/resource-definitions/*/volume-definitions/*", "", 200, "[ApiCallRc]"),
        ("DELETE", "/v1/resource-definitions/*", "", 200, "[ApiCallRc]"),
        ("POST", "/v1/resource-definitions/*/snapshots", "Snapshot", 201, "[ApiCallRc]"),
        ("POST", "/v1/actions/snapshot/multi", "CreateMultiSnapshotRequest", 201, "[ApiCallRc]"),
        ("DELETE", "/v1/resource-definitions/*/snapshots/*", "", 200, "[ApiCallRc]"),
        ("POST", "/v1/resource-definitions/*/snapshot-rollback/*", "SnapshotRollback", 200, "[ApiCallRc]"),
        ("POST", "/v1/resource-definitions/*/snapshot-restore-volume-definition/*", "SnapshotRestore", 200, "[ApiCallRc]"),
        ("POST", "/v1/resource-definitions/*/snapshot-restore-resource/*", "SnapshotRestore", 200, "[ApiCallRc]"),
    ];

    public static readonly Dictionary<string, string> Forms = new(StringComparer.Ordinal)
    {
        ["ApiCallRc"] = "ret_code:int! message:text! cause:text details:text correction:text error_report_ids:[text] obj_refs:{text} created_at:text",
        ["ControllerVersion"] = "version:text git_hash:text build_time:text rest_api_version:text",
        ["Node"] = "name:text! type:text! flags:[text] props:{text} net_interfaces:[NetInterface] connection_status:text uuid:text storage_providers:[text] resource_layers:[text] eviction_timestamp:int",
        ["NetInterface"] = "name:text! address:text! satellite_port:int satellite_encryption_type:text is_active:bool uuid:text",
        ["StoragePool"] = "storage_pool_name:text! node_name:text provider_kind:text! props:{text} static_traits:{text} free_capacity:int total_capacity:int free_space_mgr_name:text uuid:text reports:[ApiCallRc] supports_snapshots:bool shared_space:text external_locking:bool",
        ["PhysicalStorage"] = "size:int rotational:bool nodes:{[PhysicalStorageDevice]}",
        ["PhysicalStorageDevice"] = "device:text model:text serial:text wwn:text",
        ["ResourceGroup"] = "name:text description:text props:{text} select_filter:AutoSelectFilter uuid:text peer_slots:int",
        ["AutoSelectFilter"] = "place_count:int additional_place_count:int node_name_list:[text] storage_pool:text storage_pool_list:[text] not_place_with_rsc:[text] replicas_on_same:[text] replicas_on_different:[text] layer_stack:[text] provider_list:[text] diskless_on_remaining:bool",
        ["ResourceGroupSpawn"] = "resource_definition_name:text resource_definition_external_name:text volume_sizes:[int] select_filter:AutoSelectFilter partial:bool definitions_only:bool peer_slots:int volume_passphrases:[text] resource_definition_props:Props",
        ["AutoPlaceRequest"] = "diskless_on_remaining:bool select_filter:AutoSelectFilter! layer_list:[text] snap_names:[text] copy_all_snaps:bool",
        ["ResourceDefinition"] = "name:text external_name:text props:Props flags:[text] layer_data:[ResourceDefinitionLayer] uuid:text resource_group_name:text volume_definitions:[VolumeDefinition]",
        ["ResourceDefinitionLayer"] = "type:text",
        ["ResourceDefinitionCreate"] = "drbd_port:int drbd_secret:text drbd_peer_slots:int drbd_transport_type:text resource_definition:ResourceDefinition!",
        ["VolumeDefinition"] = "volume_number:int size_kib:int! props:{text} flags:[text] uuid:text",
        ["VolumeDefinitionModify"] = "size_kib:int override_props:{text} delete_props:[text] delete_namespaces:[text] flags:[text]",
        ["ResourceWithVolumes"] = "name:text node_name:text props:{text} effective_props:{EffectiveProp} flags:[text] layer_object:ResourceLayer state:ResourceState uuid:text create_timestamp:int volumes:[Volume] shared_name:text",
        ["EffectiveProp"] = "type:text! value:text! descr:text",
        ["ResourceLayer"] = "type:text resource_name_suffix:text drbd:DrbdResource",
        ["DrbdResource"] = "node_id:int peer_slots:int flags:[text] connections:{DrbdConnection} promotion_score:int may_promote:bool",
        ["DrbdConnection"] = "connected:bool message:text",
        ["ResourceState"] = "in_use:bool",
        ["Volume"] = "volume_number:int storage_pool_name:text provider_kind:text device_path:text allocated_size_kib:int usable_size_kib:int props:{text} flags:[text] state:VolumeState uuid:text reports:[ApiCallRc]",
        ["VolumeState"] = "disk_state:text replication_states:{ReplicationState}",
        ["ReplicationState"] = "replication_state:text done_percentage:number",
        ["CreateMultiSnapshotRequest"] = "snapshots:[Snapshot]",
        ["Snapshot"] = "name:text resource_name:text nodes:[text] props:{text} snapshot_definition_props:{text} resource_definition_props:{text} flags:[text] volume_definitions:[SnapshotVolumeDefinition] uuid:text snapshots:[SnapshotNode]",
        ["SnapshotVolumeDefinition"] = "volume_number:int size_kib:int snapshot_volume_definition_props:{text} volume_definition_props:{text}",
        ["SnapshotNode"] = "snapshot_name:text node_name:text create_timestamp:int flags:[text] uuid:text",
        ["SnapshotRestore"] = "to_resource:text! nodes:[text] stor_pool_rename:{text}",
        ["SnapshotRollback"] = "zfs_rollback_strategy:text",
    };

    /// <summary>
    /// The options of DRBD that a definition takes as properties, as the same description lists them: the words, or the least and the
    /// most. Times are in DRBD's units (timeout and ping-timeout in tenths of a second), rates in KiB/s.
    /// </summary>
    public static readonly Dictionary<string, string> Options = new(StringComparer.Ordinal)
    {
        ["Net/protocol"] = "A|B|C",
        ["Net/timeout"] = "1-600",
        ["Net/connect-int"] = "1-120",
        ["Net/ping-int"] = "1-120",
        ["Net/ping-timeout"] = "1-300",
        ["Net/ko-count"] = "0-200",
        ["Net/allow-two-primaries"] = "yes|no",
        ["Net/after-sb-0pri"] = "disconnect|discard-younger-primary|discard-older-primary|discard-zero-changes|discard-least-changes|discard-local|discard-remote",
        ["Net/after-sb-1pri"] = "disconnect|consensus|discard-secondary|call-pri-lost-after-sb|violently-as0p",
        ["Net/after-sb-2pri"] = "disconnect|call-pri-lost-after-sb|violently-as0p",
        ["Net/rr-conflict"] = "disconnect|call-pri-lost|violently|retry-connect",
        ["Net/on-congestion"] = "block|pull-ahead|disconnect",
        ["Net/fencing"] = "dont-care|resource-only|resource-and-stonith",
        ["Disk/on-io-error"] = "pass_on|call-local-io-error|detach",
        ["Disk/disk-flushes"] = "yes|no",
        ["Disk/disk-drain"] = "yes|no",
        ["Disk/md-flushes"] = "yes|no",
        ["Disk/disk-timeout"] = "0-6000",
        ["PeerDevice/c-min-rate"] = "0-4194304",
        ["Resource/on-no-data-accessible"] = "io-error|suspend-io",
        ["Resource/auto-promote"] = "yes|no",
        ["Resource/quorum"] = "off|majority|all|1-32",
        ["Resource/on-no-quorum"] = "io-error|suspend-io",
        ["Handlers/fence-peer"] = "",
    };
}
