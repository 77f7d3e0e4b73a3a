using NodeAgent.Rehearsal.Reports;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary>What <c>nodeagent simulate</c> shows; all times in seconds from the beginning.</summary>
/// <param name="Cluster">noquorum, armed or disarmed.</param>
/// <param name="Services">Where each service is.</param>
/// <param name="Nodes">How each node stands.</param>
/// <param name="Resets">Nodes that were reset, and why.</param>
/// <param name="Fenced">Nodes whose stay was declared over, and by which proof.</param>
/// <param name="Violations">Promises that were broken.</param>
/// <param name="Timeline">All that happened.</param>
public sealed record SimulateReport(
    string Cluster,
    IReadOnlyList<SimulateReport.Service> Services,
    IReadOnlyList<SimulateReport.NodeState> Nodes,
    IReadOnlyList<SimulateReport.Reset> Resets,
    IReadOnlyList<SimulateReport.Reset> Fenced,
    IReadOnlyList<SimulateReport.Broken> Violations,
    IReadOnlyList<SimulateReport.Entry> Timeline)
{
    /// <summary>The report of a rehearsal.</summary>
    public static SimulateReport Of(RehearsalReport report, bool isQuiet) => new(
        !report.HasQuorum ? "noquorum" : report.IsArmed ? "armed" : "disarmed",
        [.. report.Services.Select(service => new Service(
            service.Name, Word(service.Phase), service.Node, service.Epoch, service.Reason, service.Lost.TotalSeconds, service.Down.TotalSeconds))],
        [.. report.Nodes.Select(node => new NodeState(node.Name, node.IsOn ? "on" : node.IsBooting ? "booting" : "off", node.IsWitness ? "witness" : Word(node.Standing), node.IsWitness ? "-" : Word(node.Lease)))],
        [.. report.Resets.Select(reset => new Reset(reset.Node, reset.At.TotalSeconds, reset.Why))],
        [.. report.Fenced.Select(reset => new Reset(reset.Node, reset.At.TotalSeconds, reset.Why))],
        [.. report.Violations.Select(violation => new Broken(violation.At.TotalSeconds, violation.Promise, violation.What))],
        [.. report.Timeline.Where(_ => !isQuiet).Select(entry => new Entry(entry.At.TotalSeconds, entry.Node, entry.Text))]);

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>A service at the end.</summary>
    /// <param name="Name">The service.</param>
    /// <param name="State">How far it is.</param>
    /// <param name="Node">Who has it; null: nobody.</param>
    /// <param name="Epoch">Its epoch.</param>
    /// <param name="Reason">Why it is so.</param>
    /// <param name="LostSeconds">Writes that were acknowledged and are lost.</param>
    /// <param name="DownSeconds">How long nobody wrote.</param>
    public sealed record Service(string Name, string State, string? Node, long Epoch, string Reason, double LostSeconds, double DownSeconds);

    /// <summary>A node at the end.</summary>
    /// <param name="Name">The node.</param>
    /// <param name="Power">on, booting or off.</param>
    /// <param name="State">How it stands; witness: it only votes.</param>
    /// <param name="Lease">What it may do by itself; -: nothing, it is a witness.</param>
    public sealed record NodeState(string Name, string Power, string State, string Lease);

    /// <summary>A node that was reset or declared fenced.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="At">When.</param>
    /// <param name="Why">Why.</param>
    public sealed record Reset(string Node, double At, string Why);

    /// <summary>A promise that was broken.</summary>
    /// <param name="At">When.</param>
    /// <param name="Promise">Which.</param>
    /// <param name="What">What was seen.</param>
    public sealed record Broken(double At, string Promise, string What);

    /// <summary>Something that happened.</summary>
    /// <param name="At">When.</param>
    /// <param name="Node">Where; empty: to the cluster.</param>
    /// <param name="Text">What.</param>
    public sealed record Entry(double At, string Node, string Text);
}
