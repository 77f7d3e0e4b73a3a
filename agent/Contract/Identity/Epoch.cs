namespace NodeAgent.Contract;

/// <summary>Grows with every change of a unit's writer; issued by the cluster store only. Zero: never had a writer.</summary>
/// <param name="Value">The number; not negative.</param>
public readonly record struct Epoch(long Value) : IComparable<Epoch>
{
    /// <summary>No writer yet.</summary>
    public static Epoch None => default;

    /// <inheritdoc/>
    public int CompareTo(Epoch other) => Value.CompareTo(other.Value);

    /// <summary>True if the left epoch is older.</summary>
    public static bool operator <(Epoch left, Epoch right) => left.Value < right.Value;

    /// <summary>True if the left epoch is newer.</summary>
    public static bool operator >(Epoch left, Epoch right) => left.Value > right.Value;

    /// <summary>True if the left epoch is not newer.</summary>
    public static bool operator <=(Epoch left, Epoch right) => left.Value <= right.Value;

    /// <summary>True if the left epoch is not older.</summary>
    public static bool operator >=(Epoch left, Epoch right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
