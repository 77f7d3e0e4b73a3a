namespace NodeAgent.Rehearsal.Running;

/// <summary>
/// Randomness that is a function of what it is for: taking one thing out of a plan changes no other draw, so that a
/// failing plan can be made smaller.
/// </summary>
public readonly struct Draws(long seed) : IEquatable<Draws>
{
    private readonly ulong root = Mix((ulong)seed);

    /// <summary>From zero to below one.</summary>
    public double Share(int purpose, int actor, long ordinal) => (Number(purpose, actor, ordinal) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Between two spans.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most, int purpose, int actor, long ordinal) =>
        least + ((most - least) * Share(purpose, actor, ordinal));

    /// <summary>A number.</summary>
    public ulong Number(int purpose, int actor, long ordinal) => Mix(Mix(root ^ ((ulong)(uint)purpose << 32) ^ (uint)actor) ^ (ulong)ordinal);

    /// <inheritdoc/>
    public bool Equals(Draws other) => root == other.root;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Draws other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => root.GetHashCode();

    /// <summary>Same seed.</summary>
    public static bool operator ==(Draws left, Draws right) => left.Equals(right);

    /// <summary>Another seed.</summary>
    public static bool operator !=(Draws left, Draws right) => !left.Equals(right);

    /// <summary>The finalizer of SplitMix64: every bit of the input reaches every bit of the result.</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
