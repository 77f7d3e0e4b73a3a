namespace NodeAgent.Daemon.Status;

/// <summary>Something was done.</summary>
/// <param name="Text">What, in a sentence.</param>
public sealed record DoneReport(string Text);
