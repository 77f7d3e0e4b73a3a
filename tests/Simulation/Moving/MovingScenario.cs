using NodeAgent.Simulation.Scenarios;

namespace NodeAgent.Simulation.Moving;

/// <summary>A run in which the writer moves about.</summary>
/// <param name="Seed">Where it came from.</param>
/// <param name="Rounds">Intervals before the faults stop.</param>
/// <param name="Moves">Per round, the node that the operator wants as writer; 0 for no order.</param>
/// <param name="Happenings">What happens; every node may die.</param>
internal sealed record MovingScenario(long Seed, int Rounds, IReadOnlyList<int> Moves, IReadOnlyList<Happening> Happenings)
{
    /// <summary>True: the unit was made by an agent that gave it no life.</summary>
    public bool IsOldUnit { get; init; }

    /// <summary>Per node, the round from which its agent knows of lives.</summary>
    public IReadOnlyList<int> Upgrades { get; init; } = [0, 0, 0];

    private const int Nodes = 3;
    private const int MostPoints = 160;

    private static readonly (int Share, HappeningKind Kind, int Limit)[] Likely =
    [
        (22, HappeningKind.KillWriter, 1),
        (12, HappeningKind.PeerDown, 2),
        (14, HappeningKind.LoseAnswer, 1),
        (12, HappeningKind.DelayCall, 3),
        (8, HappeningKind.StorageLate, 1),
        (8, HappeningKind.StorageFails, 1),
        (8, HappeningKind.CutStream, 1000),
        (12, HappeningKind.KillAtStore, 1),
    ];

    /// <summary>The scenario of a seed.</summary>
    public static MovingScenario Make(long seed)
    {
        var chance = new Chance(seed);
        var rounds = 6 + chance.Below(8, "moving rounds", 0);
        var storm = chance.Below(4, "moving weather", 0) * 40;
        var happenings = new List<Happening>();
        for (var round = 0; round < rounds; round++)
        {
            for (var write = 0; write < 1 + chance.Below(4, "moving writes", round); write++)
            {
                var ordinal = (round * 100L) + write;
                var point = chance.Percent(60, "moving early", ordinal) ? 0 : chance.Below(MostPoints, "moving write at", ordinal);
                happenings.Add(new Happening(round, point, HappeningKind.Write, 1, chance.Below(int.MaxValue, "moving bytes", ordinal)));
            }

            for (var line = 0; line < Likely.Length; line++)
            {
                var (share, kind, limit) = Likely[line];
                var ordinal = (round * 100L) + line;
                if (chance.Percent(share * storm / 100, "moving does it happen", ordinal))
                {
                    happenings.Add(new Happening(
                        round, chance.Below(MostPoints, "moving when", ordinal), kind, 1 + chance.Below(Nodes, "moving node", ordinal),
                        chance.Below(limit, "moving how much", ordinal)));
                }
            }
        }

        int[] moves = [.. Enumerable.Range(0, rounds).Select(round =>
            chance.Percent(65, "moving order", round) ? 1 + chance.Below(Nodes, "moving to", round) : 0)];
        var isOld = chance.Percent(50, "moving old unit", 0);
        return new MovingScenario(seed, rounds, moves, happenings)
        {
            IsOldUnit = isOld,
            Upgrades = [.. Enumerable.Range(0, Nodes).Select(node => isOld ? chance.Below(rounds, "moving upgrade", node) : 0)],
        };
    }
}
