namespace NodeAgent.Rehearsal.Reports;

/// <summary>Something that happened in a rehearsal.</summary>
/// <param name="At">When.</param>
/// <param name="Node">Where; empty: to the cluster.</param>
/// <param name="Text">What.</param>
public sealed record TimelineEntry(TimeSpan At, string Node, string Text);
