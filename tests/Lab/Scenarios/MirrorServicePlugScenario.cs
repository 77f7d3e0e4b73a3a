using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A service on an NVMe-oF mirror: power cut of its node, again and again (NODEAGENT_LAB_RUNS), from both sides.</summary>
public sealed class MirrorServicePlugScenario : PullThePlugScenario
{
    private readonly List<MirrorSteps> _steps = [];

    public override string Name => "mirror-service-plug";

    public override string About => "a service on an NVMe-oF mirror: power cut of its node, again and again (NODEAGENT_LAB_RUNS), from both sides; each step's worst and median";

    protected override ServiceStorage Storage => MirrorStorage.Shared;

    protected override double Bar => 30;

    protected override async Task TakenAsync(FailoverPlay play, Takeover takeover, DateTimeOffset cut, CancellationToken cancel)
    {
        Stage.Require(takeover is { Lost: 0, StatedSeconds: 0 }, $"a mirror loses nothing and says so: {takeover}");
        var steps = await MirrorSteps.ReadAsync(play[takeover.To], cut, takeover.DecidedSeconds, takeover.RtoSeconds, cancel);
        _steps.Add(steps);
        play.Stage.Note(steps.ToString());
    }

    protected override double WorstNative(FailoverPlay play, double slowdown)
    {
        play.Stage.Note(MirrorSteps.Tell("power cuts as emulated", _steps));
        var native = _steps.ConvertAll(one => one.Native(slowdown));
        play.Stage.Note(MirrorSteps.Tell("power cuts at native speed, estimated", native));
        return native.Max(one => one.Total);
    }
}
