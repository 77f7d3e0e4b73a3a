using NodeAgent.Rehearsal.Running;

namespace NodeAgent.Simulation.Failover;

/// <summary>One thing after the other, drawn from a seed. Each stream has its own numbers: what is drawn from one changes nothing in another.</summary>
/// <param name="seed">The seed.</param>
/// <param name="stream">Names the stream.</param>
internal sealed class Chances(long seed, int stream)
{
    private readonly Draws draws = new(seed);
    private long ordinal;

    public int Below(int limit) => (int)(draws.Number(stream, 0, ++ordinal) % (ulong)limit);

    public double Share() => draws.Share(stream + 1, 0, ++ordinal);

    public T One<T>(IReadOnlyList<T> of) => of[Below(of.Count)];
}
