namespace NodeAgent.Lab.Failover;

/// <summary>The worst and the middle of what was measured several times.</summary>
public sealed record Spread(double Worst, double Median)
{
    public static Spread Of(IEnumerable<double> measured)
    {
        var sorted = measured.Where(double.IsFinite).Order().ToList();
        return sorted.Count == 0 ? new Spread(double.NaN, double.NaN)
            : new Spread(sorted[^1], sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2);
    }

    public override string ToString() => FormattableString.Invariant($"{Worst:F1}/{Median:F1}");
}
