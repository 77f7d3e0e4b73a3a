namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>One thing that is known.</summary>
/// <param name="Label">What it is about.</param>
/// <param name="Text">What is so.</param>
public sealed record ExplainLine(string Label, string Text);
