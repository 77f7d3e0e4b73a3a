namespace NodeAgent.Lab.Machines;

/// <summary>Something QEMU told by itself, such as WATCHDOG, RESET or SHUTDOWN.</summary>
public sealed record QmpEvent(string Name, DateTimeOffset At, string Text);
