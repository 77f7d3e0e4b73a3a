namespace NodeAgent.Contract;

/// <summary>A list of which single entries may be missing because they could not be read. Never whole while <see cref="Unread"/> has entries.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Found">What could be read.</param>
/// <param name="Unread">One for each thing that could not be read: what, why, what to do.</param>
public sealed record Listing<T>(IReadOnlyList<T> Found, IReadOnlyList<Fault> Unread);
