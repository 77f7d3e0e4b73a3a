namespace NodeAgent.Lab.Scenarios;

/// <summary>The same with a stall tolerance of 2 s.</summary>
public sealed class PullThePlugFastScenario : PullThePlugScenario
{
    public override string Name => "pull-the-plug-fast";

    public override string About => "pull-the-plug with S = 2 s";

    protected override int Stall => 2;

    protected override double Bar => 9;
}
