namespace NodeAgent.Tests.Daemon.Replication;

/// <summary>Both agents died here. Nothing between the throw and the test may catch it.</summary>
public sealed class Killed(string point) : Exception($"killed at {point}");
