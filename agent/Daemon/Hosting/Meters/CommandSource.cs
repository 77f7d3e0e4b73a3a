using NodeAgent.Daemon.Metrics;
using NodeAgent.Linux.Commands;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>The programs that run now, and those that cannot be killed.</summary>
internal sealed class CommandSource(CommandRunner runner, CommandMeter meter) : IMetricSource
{
    public string Collector => "commands";

    public void Collect(AgentMetrics metrics)
    {
        var running = runner.Running.CountBy(command => command.Tool, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var stuck = runner.Stuck.CountBy(CommandMeter.LaneOf, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        metrics.CommandsRunning.Replace(meter.Tools.Union(running.Keys, StringComparer.Ordinal)
            .Select(tool => new GaugeSample(running.GetValueOrDefault(tool), tool)));
        metrics.StuckCommands.Replace(meter.Lanes.Union(stuck.Keys, StringComparer.Ordinal)
            .Select(lane => new GaugeSample(stuck.GetValueOrDefault(lane), lane)));
    }
}
