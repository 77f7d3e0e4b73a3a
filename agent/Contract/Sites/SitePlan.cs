namespace NodeAgent.Contract;

/// <summary>What an order about mirroring would do.</summary>
/// <param name="Order">The order.</param>
/// <param name="Steps">What would be done, each a sentence; none: it is so already.</param>
/// <param name="Losses">What would be lost for ever or go apart, each a sentence. If there are any, a person has to agree to them.</param>
/// <param name="Warnings">What else to know, each a sentence.</param>
/// <param name="Blockers">What stands in the way, each a sentence with what to do.</param>
/// <param name="Fingerprint">Of all that the plan rests on: it is done only while that has not changed.</param>
public sealed record SitePlan(
    SiteOrder Order,
    IReadOnlyList<string> Steps,
    IReadOnlyList<string> Losses,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Blockers,
    string Fingerprint);
