namespace NodeAgent.Rehearsal.Reports;

/// <summary>A node that was reset or declared gone.</summary>
/// <param name="At">When.</param>
/// <param name="Node">The node.</param>
/// <param name="Why">By its watchdog, by itself, by a fence device, or by a proof, and why.</param>
public sealed record NodeReset(TimeSpan At, string Node, string Why);
