using NodeAgent.Contract;

namespace NodeAgent.Conformance.Reports;

/// <summary>How one check went.</summary>
/// <param name="Id">The check.</param>
/// <param name="Sentence">What must be true.</param>
/// <param name="Needs">Capabilities it needs.</param>
/// <param name="Verdict">How it went.</param>
/// <param name="Detail">What was seen instead, or why it was skipped; empty if it passed.</param>
/// <param name="Duration">How long it took.</param>
public sealed record CheckResult(
    string Id, string Sentence, Capabilities Needs, Verdict Verdict, string Detail, TimeSpan Duration);
