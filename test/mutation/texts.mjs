import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** Texts for a reader: what an error tells the operator to do, and where the message table has a flow from. */
const isTold = (path) =>
  path.parentPath?.isNewExpression() === true &&
  path.parentPath.node.callee.name === 'TiesError' &&
  path.key !== 0;
const isSource = (path) =>
  path.parentPath?.isObjectProperty() === true && path.parentPath.node.key.name === 'source';

/** They may read as they like; codes, names of events and labels of keys stay under test. */
export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'texts', {
    shouldIgnore: (path) =>
      (path.isStringLiteral() || path.isTemplateLiteral()) && (isTold(path) || isSource(path))
        ? 'a text for a reader'
        : undefined,
  }),
];
