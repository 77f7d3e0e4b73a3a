namespace NodeAgent.Daemon.Plugins.Authoring;

/// <summary>One check of a plugin.</summary>
/// <param name="Check">Its name.</param>
/// <param name="Result">How it went.</param>
/// <param name="Reason">What was found.</param>
/// <param name="Remedy">What to do about it; empty if it passed.</param>
public sealed record VerifyLine(string Check, VerifyResult Result, string Reason, string Remedy);
