using NodeAgent.Rehearsal.Running;

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
        var hash = Draws.Mix((ulong)seed);
        foreach (var letter in purpose)
        {
            hash = Draws.Mix(hash ^ letter);
        }

        return Draws.Mix(hash ^ (ulong)ordinal);
    }
}
