namespace NodeAgent.Daemon.Status.Reserves;

/// <summary>Whether what is used of one thing on all nodes fits on those that are left when a node is lost.</summary>
/// <param name="Resource">"memory" or "processors".</param>
/// <param name="Lost">The node that is lost; null: it is not known which is the largest.</param>
/// <param name="Used">What all use now, by what the others have: above 1 it does not fit. Null: unknown.</param>
/// <param name="Unknown">Why it is not known; null: it is.</param>
public sealed record ReserveLine(string Resource, string? Lost, double? Used, string? Unknown)
{
    public const string Memory = "memory";
    public const string Processors = "processors";

    /// <summary>"71 %": rounded up, so that what does not fit is never told as 100 %.</summary>
    public static string Percent(double used) => FormattableString.Invariant($"{Math.Ceiling(used * 100)} %");
}
