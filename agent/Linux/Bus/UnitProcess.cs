namespace NodeAgent.Linux.Bus;

/// <summary>A process in a unit's control group.</summary>
/// <param name="Pid">Its number, as systemd sees it.</param>
/// <param name="Command">Its command line, cut by systemd.</param>
public sealed record UnitProcess(uint Pid, string Command);
