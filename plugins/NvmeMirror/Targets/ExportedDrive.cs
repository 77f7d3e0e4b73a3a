namespace NodeAgent.Plugins.NvmeMirrorBackend.Targets;

/// <summary>A drive as the other node sees it.</summary>
/// <param name="Subsystem">Its NQN.</param>
/// <param name="Device">The device behind it; empty where it need not be known, as for closing.</param>
/// <param name="NamespaceUuid">The UUID of its only namespace.</param>
/// <param name="Serial">Its serial number.</param>
/// <param name="Ports">Where it listens: one port on each network, its own.</param>
internal sealed record ExportedDrive(string Subsystem, string Device, Guid NamespaceUuid, string Serial, IReadOnlyList<TargetPort> Ports);
