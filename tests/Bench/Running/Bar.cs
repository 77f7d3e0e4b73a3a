namespace NodeAgent.Bench.Running;

/// <summary>What a figure has to be, and whether it is.</summary>
/// <param name="Text">"≤ 120 MiB".</param>
/// <param name="IsMet">True if the figure keeps it.</param>
public sealed record Bar(string Text, bool IsMet)
{
    /// <summary>A figure that must not be larger.</summary>
    public static Bar AtMost(double value, double limit, string unit) => new($"<= {limit:0.##} {unit}", value <= limit);

    /// <summary>A figure that must not be smaller.</summary>
    public static Bar AtLeast(double value, double limit, string unit) => new($">= {limit:0.##} {unit}", value >= limit);
}
