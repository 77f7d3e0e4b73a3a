namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>A call into a plugin and how it ended.</summary>
/// <param name="End">How.</param>
/// <param name="Value">The answer, if there is one.</param>
/// <param name="Problem">The exception as text, or what else is wrong.</param>
/// <param name="Leftover">The call that still runs, if it was abandoned.</param>
internal readonly record struct Invocation<T>(InvocationEnd End, T? Value, string Problem, Task? Leftover);
