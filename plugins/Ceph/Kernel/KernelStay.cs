using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>A unit that is open here already.</summary>
/// <param name="Report">What is told once it is whole.</param>
/// <param name="Missing">Volumes that are to be mapped beside what is open.</param>
internal sealed record KernelStay(RoleReport Report, IReadOnlyList<string> Missing);
