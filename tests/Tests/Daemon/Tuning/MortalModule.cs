using NodeAgent.Contract;
using NodeAgent.Linux.Modules;

namespace NodeAgent.Tests.Daemon.Tuning;

/// <summary>A module under whose writer the process is killed at a chosen write, before or after the kernel took it.</summary>
internal sealed class MortalModule(IModuleParameters module, int at, bool afterwards) : IModuleParameters
{
    private int writes;

    public string? Version => module.Version;

    public int Writes => writes;

    public Outcome<ModuleParameter?> Look(string name) => module.Look(name);

    public Outcome Write(string name, string value)
    {
        var isLast = ++writes == at;
        if (isLast && !afterwards)
        {
            throw new KilledException();
        }

        var written = module.Write(name, value);
        return isLast ? throw new KilledException() : written;
    }
}
