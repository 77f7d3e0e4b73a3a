namespace NodeAgent.Simulation.Scenarios;

/// <summary>Makes a scenario of a seed.</summary>
public static class ScenarioMaker
{
    private const int MostPoints = 120;

    // How often in a hundred rounds, what, to which node ('w' writer, 'c' a copy, 'n' any), and the largest amount.
    private static readonly (int Share, HappeningKind Kind, char Node, int Limit)[] Likely =
    [
        (12, HappeningKind.KillWriter, 'w', 1),
        (10, HappeningKind.KillCopy, 'c', 4),
        (14, HappeningKind.PeerDown, 'c', 7),
        (22, HappeningKind.CutStream, 'c', 1000),
        (10, HappeningKind.LoseAnswer, 'c', 1),
        (6, HappeningKind.DelayCall, 'c', 3),
        (8, HappeningKind.StorageLate, 'n', 1),
        (8, HappeningKind.StorageFails, 'n', 1),
        (4, HappeningKind.DiskFull, 'n', 3),
        (5, HappeningKind.JumpClock, 'w', 7200),
        (8, HappeningKind.NotSure, 'w', 1),
        (4, HappeningKind.StorageGone, 'w', 3),
        (5, HappeningKind.AddVolume, 'w', 4),
        (4, HappeningKind.RemoveVolume, 'w', 4),
        (4, HappeningKind.OperatorSnapshot, 'w', 1),
        (2, HappeningKind.SetRetention, 'w', 4),
        (1, HappeningKind.RecreateUnit, 'w', 1),
        (3, HappeningKind.Rogue, 'c', 4),

        // Last, so that the worlds of seeds that are kept for what they found stay as they were but for this.
        (12, HappeningKind.SlowStream, 'c', 6),
    ];

    /// <summary>The scenario of a seed.</summary>
    public static Scenario Make(long seed)
    {
        var chance = new Chance(seed);
        var copies = 1 + chance.Below(2, "copies", 0);
        var rounds = 8 + chance.Below(16, "rounds", 0);

        // Some worlds are calm, so that long quiet stretches are tried as well as storms.
        var weather = 20 + (chance.Below(5, "weather", 0) * 30);
        var happenings = new List<Happening>();
        for (var round = 0; round < rounds; round++)
        {
            Fill(happenings, chance, round, copies, weather);
        }

        return new Scenario(
            seed, copies, 1 + chance.Below(3, "volumes", 0), 1 + chance.Below(3, "keep source", 0), 1 + chance.Below(3, "keep copies", 0), rounds, happenings);
    }

    private static void Fill(List<Happening> happenings, Chance chance, int round, int copies, int weather)
    {
        // A quiet round writes nothing: the unchanged unit is a path of its own.
        var writes = chance.Percent(25, "quiet", round) ? 0 : 1 + chance.Below(4, "writes", round);
        for (var write = 0; write < writes; write++)
        {
            var ordinal = (round * 100L) + write;
            var point = chance.Percent(50, "early", ordinal) ? 0 : chance.Below(MostPoints, "write at", ordinal);
            happenings.Add(new Happening(round, point, HappeningKind.Write, 1, chance.Below(int.MaxValue, "bytes", ordinal)));
        }

        for (var line = 0; line < Likely.Length; line++)
        {
            var (share, kind, node, limit) = Likely[line];
            var ordinal = (round * 100L) + line;
            if (!chance.Percent(share * weather / 100, "does it happen", ordinal))
            {
                continue;
            }

            var number = node switch
            {
                'w' => 1,
                'c' => 2 + chance.Below(copies, "which copy", ordinal),
                _ => 1 + chance.Below(copies + 1, "which node", ordinal),
            };
            var amount = chance.Below(limit, "how much", ordinal);
            amount = kind == HappeningKind.JumpClock ? amount - (limit / 2) : amount;
            happenings.Add(new Happening(round, chance.Below(MostPoints, "when", ordinal), kind, number, amount));
        }
    }
}
