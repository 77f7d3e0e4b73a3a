using NodeAgent.Contract;

namespace NodeAgent.Daemon.Api;

/// <summary>An order about a unit's mirroring between sites.</summary>
/// <param name="Unit">The unit, with or without its backend.</param>
/// <param name="Action">What is wanted.</param>
/// <param name="Fingerprint">Of the plan that an operator agreed to; for having it done.</param>
internal sealed record SiteMessage(string Unit, SiteAction Action, string? Fingerprint);
