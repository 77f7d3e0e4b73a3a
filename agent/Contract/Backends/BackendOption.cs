namespace NodeAgent.Contract;

/// <summary>An option of a backend in the configuration. <c>nodeagent config check</c> uses it to name wrong fields.</summary>
/// <param name="Name">The key under <c>options:</c>.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Required">True if it must be given.</param>
/// <param name="Check">Says what is wrong with a value, or null if it is right.</param>
public sealed record BackendOption(string Name, string Description, bool Required, Func<string, string?> Check);
