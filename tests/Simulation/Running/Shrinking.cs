using NodeAgent.Simulation.Scenarios;

namespace NodeAgent.Simulation.Running;

/// <summary>Takes happenings out of a scenario as long as the same promise breaks (ddmin).</summary>
public static class Shrinking
{
    /// <summary>A scenario of few happenings, none of which can be left out.</summary>
    /// <param name="scenario">One that breaks a promise.</param>
    /// <param name="breaks">Whether a scenario breaks the same promise.</param>
    public static Scenario Shrink(Scenario scenario, Func<Scenario, bool> breaks)
    {
        var left = scenario.Happenings.ToList();
        for (var pieces = 2; left.Count > 0;)
        {
            var size = Math.Max(1, left.Count / pieces);
            var shorter = Enumerable.Range(0, (left.Count + size - 1) / size)
                .Select(piece => left.Where((_, at) => at / size != piece).ToList())
                .FirstOrDefault(rest => breaks(scenario with { Happenings = rest }));
            if (shorter is not null)
            {
                left = shorter;
                pieces = Math.Max(2, pieces - 1);
            }
            else if (size == 1)
            {
                break;
            }
            else
            {
                pieces = Math.Min(left.Count, pieces * 2);
            }
        }

        var small = scenario with { Happenings = left };
        for (var rounds = 1; rounds < scenario.Rounds; rounds++)
        {
            if (breaks(small with { Rounds = rounds }))
            {
                return small with { Rounds = rounds };
            }
        }

        return small;
    }
}
