namespace NodeAgent.Simulation.Scenarios;

/// <summary>
/// Randomness that is a function of what it is for: seed, purpose, ordinal. Taking one thing out of a scenario changes
/// nothing else in it.
/// </summary>
internal sealed class Chance(long seed)
{
    /// <summary>A number from 0 to below <paramref name="limit"/>.</summary>
    public int Below(int limit, string purpose, long ordinal) => (int)(Draw(purpose, ordinal) % (ulong)limit);

    /// <summary>True so many times of a hundred.</summary>
    public bool Percent(int share, string purpose, long ordinal) => Below(100, purpose, ordinal) < share;

    /// <summary>A number.</summary>
    public ulong Draw(string purpose, long ordinal)
    {
        var hash = Mix((ulong)seed);
        foreach (var letter in purpose)
        {
            hash = Mix(hash ^ letter);
        }

        return Mix(hash ^ (ulong)ordinal);
    }

    // The finalizer of SplitMix64: every bit of the input reaches every bit of the result.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
