namespace NodeAgent.Contract;

/// <summary>A point on this node's boot clock (CLOCK_BOOTTIME): never jumps, counts suspend, means nothing on another node.</summary>
/// <param name="Nanoseconds">Since boot.</param>
public readonly record struct Instant(long Nanoseconds) : IComparable<Instant>
{
    /// <summary>An instant that never comes: a grant without deadline, as a node alone has it.</summary>
    public static Instant Never => new(long.MaxValue);

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>The instant <paramref name="span"/> later.</summary>
    public Instant Add(TimeSpan span) => this == Never ? Never : new(checked(Nanoseconds + (span.Ticks * 100)));

    /// <summary>True if the left instant is earlier.</summary>
    public static bool operator <(Instant left, Instant right) => left.Nanoseconds < right.Nanoseconds;

    /// <summary>True if the left instant is later.</summary>
    public static bool operator >(Instant left, Instant right) => left.Nanoseconds > right.Nanoseconds;

    /// <summary>True if the left instant is not later.</summary>
    public static bool operator <=(Instant left, Instant right) => left.Nanoseconds <= right.Nanoseconds;

    /// <summary>True if the left instant is not earlier.</summary>
    public static bool operator >=(Instant left, Instant right) => left.Nanoseconds >= right.Nanoseconds;
}
