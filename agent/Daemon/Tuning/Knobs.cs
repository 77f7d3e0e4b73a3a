namespace NodeAgent.Daemon.Tuning;

/// <summary>
/// All that profiles may touch. Defaults and meanings were read in the sources of OpenZFS 2.3.9 (module/zfs/vdev_queue.c,
/// dsl_pool.c, txg.c, arc.c) and, but for that of the log, in zfs.4 of 2.4.4: all are there in 2.3 and 2.4, which is what
/// <see cref="ZfsKnown"/> lets through. Each counts for every pool of the node.
/// </summary>
internal static class Knobs
{
    /// <summary>What ZFS never lets dirty data exceed, fixed when the module is loaded. Read, never written.</summary>
    public const string DirtyCeiling = "zfs_dirty_data_max_max";

    private const long KiB = 1L << 10;
    private const long MiB = 1L << 20;
    private const long GiB = 1L << 30;

    public static Knob SyncReadMin { get; } = Depth("zfs_vdev_sync_read_min_active", 10, "reads that somebody waits for, a drive is always given so many");
    public static Knob SyncReadMax { get; } = Depth("zfs_vdev_sync_read_max_active", 10, "reads that somebody waits for, at most so many a drive");
    public static Knob SyncWriteMin { get; } = Depth("zfs_vdev_sync_write_min_active", 10, "writes of the intent log, a drive is always given so many");
    public static Knob SyncWriteMax { get; } = Depth("zfs_vdev_sync_write_max_active", 10, "writes of the intent log, at most so many a drive");
    public static Knob AsyncReadMin { get; } = Depth("zfs_vdev_async_read_min_active", 1, "reads ahead, a drive is always given so many");
    public static Knob AsyncReadMax { get; } = Depth("zfs_vdev_async_read_max_active", 3, "reads ahead, at most so many a drive");
    public static Knob AsyncWriteMin { get; } = Depth("zfs_vdev_async_write_min_active", 2, "writes of a transaction group, a drive is always given so many");
    public static Knob AsyncWriteMax { get; } = Depth("zfs_vdev_async_write_max_active", 10, "writes of a transaction group, at most so many a drive");

    public static Knob Aggregation { get; } = new(
        "zfs_vdev_aggregation_limit_non_rotating", KnobUnit.Bytes, 4 * KiB, MiB, 128 * KiB, "neighbouring requests become one of at most this size");

    public static Knob DirtyData { get; } = new(
        "zfs_dirty_data_max", KnobUnit.Bytes, 64 * MiB, 8 * GiB, Default: null, "changed data that is not on a drive yet");

    public static Knob LogData { get; } = new(
        "zfs_wrlog_data_max", KnobUnit.Bytes, 128 * MiB, 16 * GiB, Default: null, "data that waits in the intent log; writers are held up above it");

    // 30 s and more would make what is not flushed large enough to matter in every power cut.
    public static Knob GroupTimeout { get; } = new(
        "zfs_txg_timeout", KnobUnit.Seconds, 1, 15, 5, "a transaction group is written after this time at the latest");

    public static IReadOnlyList<Knob> All { get; } =
    [
        SyncReadMin, SyncReadMax, SyncWriteMin, SyncWriteMax, AsyncReadMin, AsyncReadMax, AsyncWriteMin, AsyncWriteMax,
        Aggregation, DirtyData, LogData, GroupTimeout,
    ];

    private static Knob Depth(string name, long standard, string does) => new(name, KnobUnit.Requests, 1, 128, standard, does);
}
