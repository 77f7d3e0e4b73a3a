using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Tuning;

/// <summary>How much a profile wants, and what bounds it on a node.</summary>
internal sealed record Amount
{
    /// <summary>A drive takes at most this part of what its queue holds from one kind of request: others need room too.</summary>
    private const int QueueShare = 2;

    /// <summary>Without limits of the node.</summary>
    public required long Most { get; init; }

    /// <summary>Bounded by the queues of the drives, but never below this; null for what is no depth of a queue.</summary>
    public long? DepthFloor { get; init; }

    /// <summary>Bounded by memory divided by this; 0 for what takes no memory.</summary>
    public int RamShare { get; init; }

    /// <summary>Bounded by so many bytes for each NVMe drive; 0 for no such bound.</summary>
    public long PerDrive { get; init; }

    /// <summary>The bounded amount is taken so many times.</summary>
    public int Times { get; init; } = 1;

    public static Amount Of(long value) => new() { Most = value };

    public static Amount Depth(long value, Knob knob) => new() { Most = value, DepthFloor = knob.Default };

    public static Amount Memory(long most, int ramShare, long perDrive = 0, int times = 1) =>
        new() { Most = most, RamShare = ramShare, PerDrive = perDrive, Times = times };

    /// <summary>What it comes to on a node, and what bounded it; null if that cannot be told.</summary>
    public (long Value, string Bound)? On(NodeShape node)
    {
        if (DepthFloor is { } floor)
        {
            return node.ShortestQueue is not { } queue ? (Math.Min(floor, Most), "no NVMe drive here")
                : queue / QueueShare >= Most ? (Most, "")
                : (Math.Max(Math.Min(floor, Most), queue / QueueShare), $"half the queue of {queue} of a drive");
        }

        if (RamShare == 0)
        {
            return (Most, "");
        }

        if (node.RamBytes == 0 || node.DirtyCeiling is not { } ceiling)
        {
            return null;
        }

        var (least, bound) = new[]
        {
            (Most, ""),
            (node.RamBytes / RamShare, $"1/{RamShare} of {Spans.Size(node.RamBytes)} memory"),
            (ceiling, $"{Knobs.DirtyCeiling} of {Spans.Size(ceiling)}"),
            PerDrive > 0 && node.NvmeDrives > 0 ? (PerDrive * node.NvmeDrives, $"{Spans.Size(PerDrive)} for each of {node.NvmeDrives} NVMe drives") : (long.MaxValue, ""),
        }.MinBy(limit => limit.Item1);
        return (least * Times, bound);
    }
}
