namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>Looks at one concern of a configuration whose fields are right one by one.</summary>
internal interface IConfigCheck
{
    void Check(ConfigDraft draft, ProblemList problems);
}
